/** Benchmarks and long checks; none of them runs in the tests. */
@NullMarked
package dev.vit4j.bench;

import org.jspecify.annotations.NullMarked;
