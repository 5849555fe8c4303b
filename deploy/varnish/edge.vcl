vcl 4.1;

# An edge: what viewers reach. Behind it stands the shield, or the origin itself where there is one edge only.
#
#   varnishd -a :80,HTTP -f …/deploy/varnish/edge.vcl -p vcl_path=…/deploy/varnish -s malloc,2g
#
# For HTTP/2 put a TLS terminator such as hitch in front (ALPN h2, PROXY protocol) and add -p feature=+http2; held requests
# of browsers with HTTP/1.1 use up their six connections.

backend default {
    .host = "127.0.0.1";
    .port = "6081";
    .connect_timeout = 2s;
    .first_byte_timeout = 15s;
    .between_bytes_timeout = 15s;
}

include "live.vcl";
