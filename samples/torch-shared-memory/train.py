"""A training loop of which the data alone matter."""

import logging
import sys

import torch
from torch.utils.data import DataLoader, Dataset

WAY = sys.argv[1]
logging.basicConfig(format="[%(asctime)s][%(name)s][%(levelname)s] - %(message)s", level=logging.INFO)


class Orders(Dataset):
    def __len__(self):
        return 64

    def __getitem__(self, number):
        return torch.full((1_000_000,), float(number))


def train():
    for batch in DataLoader(Orders(), batch_size=16, num_workers=2):
        logging.getLogger("train").info("batch of %d", len(batch))


if __name__ == "__main__":
    if WAY == "loader":
        train()
    elif WAY == "logged":
        try:
            train()
        except RuntimeError:
            logging.getLogger("train").exception("epoch 1 failed")
    else:
        torch.ones(30_000_000).share_memory_()
