docker run -d --name web -p 127.0.0.1:8080:80 shop:v9 sleep 100
docker run -d --name web-2 -p 127.0.0.1:8080:80 shop:v9 sleep 100
docker run --name report shop:v9 /bin/report
docker run --name start shop:v9 /bin/start
docker run --name hungry -m 32m shop:v9 dd if=/dev/zero of=/dev/null bs=100M count=1
docker inspect -f '{{json .State}}' hungry
docker kill web
docker inspect -f '{{json .State}}' web
docker ps -a
