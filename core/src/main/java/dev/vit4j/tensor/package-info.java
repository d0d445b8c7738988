/** Tensors on libtorch; the only package that uses JavaCPP. */
@NullMarked
package dev.vit4j.tensor;

import org.jspecify.annotations.NullMarked;
