/** Configuration: one YAML file, environment and flags into checked records. */
@NullMarked
package dev.millrace.signaling.config;

import org.jspecify.annotations.NullMarked;
