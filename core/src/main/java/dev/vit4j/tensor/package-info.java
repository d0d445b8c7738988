/** libtorch made pleasant: the only place that knows JavaCPP. */
@NullMarked
package dev.vit4j.tensor;

import org.jspecify.annotations.NullMarked;
