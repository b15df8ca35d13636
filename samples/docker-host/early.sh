echo "deploying shop:v9"
docker pull shop:v9
docker ps
