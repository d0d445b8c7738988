/**
 * Writes predictions to files that an interrupted run can resume.
 *
 * <p>Not part of the API.
 */
@NullMarked
package dev.vit4j.infer.output;

import org.jspecify.annotations.NullMarked;
