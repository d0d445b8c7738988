/** Models, one file per family, and the catalog of their names. */
@NullMarked
package dev.vit4j.model;

import org.jspecify.annotations.NullMarked;
