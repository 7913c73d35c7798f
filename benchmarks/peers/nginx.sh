#!/bin/sh
# nginx.sh FOLDER: nginx that takes a body and answers 200, on $PORT, with its files in FOLDER.
set -eu
folder=${1:?usage: nginx.sh FOLDER}
mkdir -p "$folder"
cat >"$folder/nginx.conf" <<END
daemon off;
master_process off;
pid nginx.pid;
events { worker_connections 256; }
http {
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    keepalive_requests 1000000000;
    server {
        listen 127.0.0.1:$PORT;
        location / { return 200; }
    }
}
END
PATH=$PATH:/usr/sbin:/usr/local/sbin
exec nginx -p "$folder" -e stderr -c nginx.conf
