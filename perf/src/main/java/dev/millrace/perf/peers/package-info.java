/** {@code perf/peers/run.sh}: other servers under the same load; fronts for those that speak no WHIP or WHEP, and the table. */
@NullMarked
package dev.millrace.perf.peers;

import org.jspecify.annotations.NullMarked;
