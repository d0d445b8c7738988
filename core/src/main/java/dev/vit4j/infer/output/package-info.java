/** Writes predictions to files that an interrupted run can resume. */
@NullMarked
package dev.vit4j.infer.output;

import org.jspecify.annotations.NullMarked;
