package dev.millrace.signaling.session;

import io.vertx.ext.web.RoutingContext;

/** The text of a request's body; SDP is UTF-8 (RFC 8866 section 4.6). */
final class SdpBody {
    private SdpBody() {}

    static String of(RoutingContext ctx) {
        String text = ctx.body().asString("UTF-8");
        return text == null ? "" : text;
    }
}
