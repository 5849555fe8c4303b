/**
 * Whole ways from a publisher's packets to what a viewer's screen shows, over simulated networks in virtual time with a
 * seed: minutes of a bad line in milliseconds, the same every time.
 *
 * <p>Read a scenario as Conditions (what the link does), Media (what is published), Run (who joins and what happens
 * when), Check (what must have come of it).
 */
@NullMarked
package dev.millrace.media.scenario;

import org.jspecify.annotations.NullMarked;
