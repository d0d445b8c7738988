/** Answers about images written to files, which an interrupted run can go on with. */
@NullMarked
package dev.vit4j.infer.output;

import org.jspecify.annotations.NullMarked;
