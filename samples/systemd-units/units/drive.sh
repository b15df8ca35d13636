systemctl start shop-missing.service shop-user.service shop-folder.service shop-again.service
sleep 3
journalctl --no-pager $(cat /etc/journalctl-options) > /srv/out/log
systemctl exit
