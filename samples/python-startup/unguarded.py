import multiprocessing
from concurrent.futures import ProcessPoolExecutor

pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
print(pool.submit(abs, -3).result())
