/** Models as an HTTP service: {@link dev.vit4j.serve.VitServer}. */
@NullMarked
package dev.vit4j.serve;

import org.jspecify.annotations.NullMarked;
