/** Data sets on disk and on the web: folders, archives, lists, IDX, CIFAR. */
@NullMarked
package dev.vit4j.data.source;

import org.jspecify.annotations.NullMarked;
