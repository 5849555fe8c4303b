/** WHEP, draft-ietf-wish-whep, with its events and layer extensions. */
@NullMarked
package dev.millrace.signaling.whep;

import org.jspecify.annotations.NullMarked;
