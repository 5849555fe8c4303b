# What a Varnish in front of Millrace does with /live/…, the same at the edge and at the shield (docs/cdn.md says why).
# Included by edge.vcl and shield.vcl, which name what stands behind. Varnish 7.1 of Debian, no further modules.

sub vcl_recv {
    # Nothing else of Millrace is for caches: publishing, the API, chat and WebRTC's signaling stay away from here.
    if (req.url !~ "^/live/") {
        return (synth(404, "Not found"));
    }
    if (req.method == "OPTIONS") {
        return (synth(204, "No content"));
    }
    if (req.method != "GET" && req.method != "HEAD") {
        return (synth(405, "Use GET or HEAD"));
    }
    unset req.http.Cookie;
    # A token in a field belongs to one viewer: nothing of what it fetches is shared.
    if (req.http.Authorization) {
        return (pass);
    }
    # The clock of DASH players.
    if (req.url ~ "^/live/[^/?]+/time(\?|$)") {
        return (pass);
    }
    return (hash);
}

sub vcl_hash {
    # What a name stands for is told by its path and by what LL-HLS asks; all else in a query (CMCD, tracking) is the
    # viewer's own. The host is not looked at: all names of this cache lead to the same broadcasts.
    if (req.url ~ "^[^?]*\.(m4s|mp4)(\?|$)") {
        # Segments, parts and init segments: their names hold a stamp nobody can guess, and only a playlist, for which the
        # origin has seen a good token, tells it. So one copy serves all tokens.
        hash_data(regsub(regsub(req.url, "\?.*$", ""), "^(/live/[^/]+)/token/[^/]+/", "\1/"));
    } else {
        hash_data(regsub(req.url, "\?.*$", ""));
        if (req.url ~ "[?&]token=") {
            hash_data("token" + regsub(req.url, "^.*[?&]token=([^&]*).*$", "\1"));
        }
    }
    if (req.url ~ "[?&]_HLS_msn=") {
        hash_data("msn" + regsub(req.url, "^.*[?&]_HLS_msn=([^&]*).*$", "\1"));
    }
    if (req.url ~ "[?&]_HLS_part=") {
        hash_data("part" + regsub(req.url, "^.*[?&]_HLS_part=([^&]*).*$", "\1"));
    }
    if (req.url ~ "[?&]_HLS_skip=") {
        hash_data("skip" + regsub(req.url, "^.*[?&]_HLS_skip=([^&]*).*$", "\1"));
    }
    return (lookup);
}

sub vcl_backend_fetch {
    # Whoever comes first names the object for all who wait for it with them.
    unset bereq.http.Range;
    return (fetch);
}

sub vcl_backend_response {
    # Never an old playlist while a new one is fetched: the viewer would think that nothing happened.
    set beresp.grace = 0s;
    set beresp.keep = 0s;
    # A segment is passed on while it is being made.
    set beresp.do_stream = true;
    unset beresp.http.Set-Cookie;

    if (bereq.uncacheable) {
        return (deliver);
    }
    # Whatever is not for all is not kept; but that must not stop the next one from being shared (Varnish would make a
    # note for two minutes that the object cannot be).
    if (beresp.http.Cache-Control ~ "(?i)private|no-store") {
        set beresp.ttl = 0s;
        return (deliver);
    }
    if (beresp.status == 404 || beresp.status == 410) {
        # It may be there in a moment.
        if (beresp.ttl > 1s) {
            set beresp.ttl = 1s;
        }
        return (deliver);
    }
    if (beresp.status != 200 && beresp.status != 304) {
        set beresp.ttl = 0s;
        return (deliver);
    }
    return (deliver);
}

sub vcl_backend_error {
    set beresp.http.Content-Type = "application/problem+json";
    set beresp.http.Access-Control-Allow-Origin = "*";
    set beresp.http.Retry-After = "1";
    set beresp.http.Cache-Control = "no-store";
    set beresp.ttl = 0s;
    set beresp.grace = 0s;
    set beresp.body = {"{"type":"about:blank","title":"The origin does not answer","status":"} + beresp.status + "}";
    return (deliver);
}

sub vcl_deliver {
    set resp.http.X-Cache = "MISS";
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    }
    unset resp.http.X-Varnish;
    unset resp.http.Via;
    return (deliver);
}

sub vcl_synth {
    set resp.http.Access-Control-Allow-Origin = "*";
    if (resp.status == 204) {
        set resp.http.Access-Control-Allow-Methods = "GET, HEAD, OPTIONS";
        set resp.http.Access-Control-Allow-Headers = "Authorization, Range";
        set resp.http.Access-Control-Max-Age = "86400";
    }
    if (resp.status == 405) {
        set resp.http.Allow = "GET, HEAD, OPTIONS";
    }
    return (deliver);
}
