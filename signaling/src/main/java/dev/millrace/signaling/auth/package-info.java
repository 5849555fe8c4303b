/** Who may publish, watch and operate: keys, tokens and what is open. */
@NullMarked
package dev.millrace.signaling.auth;

import org.jspecify.annotations.NullMarked;
