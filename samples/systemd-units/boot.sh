# In namespaces of its own: a root folder, and systemd as its first process. $1: what journalctl is told.
set -e
PATH=$PATH:/usr/sbin:/sbin
mkdir root
mount -t tmpfs tmpfs root
here=$PWD
cd root
mkdir -p usr etc/systemd/system etc/systemd/journald.conf.d proc sys run dev tmp var/log root srv/out
mount --rbind /usr usr
mount -o remount,bind,ro usr
for each in bin sbin lib lib64; do ln -s usr/$each $each; done
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n' > etc/passwd
printf 'root:x:0:\nsystemd-journal:x:999:\nnogroup:x:65534:\n' > etc/group
echo 0123456789abcdef0123456789abcdef > etc/machine-id
cp /usr/lib/os-release etc/os-release
ln -s /usr/share/zoneinfo/UTC etc/localtime
printf '[Journal]\nReadKMsg=no\nStorage=volatile\nAudit=no\n' > etc/systemd/journald.conf.d/shop.conf
cp "$here"/units/* etc/systemd/system/
echo "$1" > etc/journalctl-options
mount --bind "$here/out" srv/out
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t tmpfs tmpfs sys/fs/cgroup
mkdir sys/fs/cgroup/systemd
mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs dev
for each in null zero full random urandom; do touch dev/$each; mount --bind /dev/$each dev/$each; done
mkdir -p dev/shm dev/pts
mount -t devpts -o newinstance devpts dev/pts
ln -s pts/ptmx dev/ptmx
hostname web01
exec chroot . /usr/bin/env -i container=lxc PATH=/usr/bin:/usr/sbin /lib/systemd/systemd \
    --system --unit=sample.target --log-target=journal --show-status=no
