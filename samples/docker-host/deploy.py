"""Containers by docker-py."""

import logging
import subprocess

import docker

logging.basicConfig(format="%(asctime)s - %(name)s - %(levelname)s - %(message)s")
log = logging.getLogger("deploy")


def unreachable():
    docker.DockerClient(base_url="unix://var/run/none.sock", version="auto").ping()


def same_port():
    for name in ("web", "web-2"):
        client.containers.run("shop:v9", "sleep 100", name=name, detach=True, ports={"80/tcp": ("127.0.0.1", 8080)})


def foreign():
    print(client.containers.run("shop:v9", "/bin/report", stderr=True))


def foreign_here():
    subprocess.run(["image/bin/report"], check=True)


client = docker.from_env()
for act in (unreachable, same_port, foreign, foreign_here):
    try:
        act()
    except Exception:
        log.exception("%s failed", act.__name__)
