vcl 4.1;

# The shield: the one cache that asks the origin, once for each object, however many edges ask it.
#
#   varnishd -a :6081,HTTP -f …/deploy/varnish/shield.vcl -p vcl_path=…/deploy/varnish -s malloc,2g

backend default {
    .host = "127.0.0.1";
    .port = "8080";
    .connect_timeout = 2s;
    # A playlist is held until what was asked for is there: three target durations, 9 s, at the most.
    .first_byte_timeout = 15s;
    # Of a segment that is being made, the next part is a second away at the most.
    .between_bytes_timeout = 15s;
    .probe = {
        .url = "/healthz";
        .interval = 2s;
        .timeout = 2s;
        .window = 3;
        .threshold = 2;
        .initial = 2;
    }
}

include "live.vcl";
