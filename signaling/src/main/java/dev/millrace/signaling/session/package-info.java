/** What WHIP and WHEP share: endpoints, sessions, trickle and ICE restart. */
@NullMarked
package dev.millrace.signaling.session;

import org.jspecify.annotations.NullMarked;
