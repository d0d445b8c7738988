/** Builds the archives to download: the application with the native libraries of one platform. */
@NullMarked
package dev.vit4j.dist;

import org.jspecify.annotations.NullMarked;
