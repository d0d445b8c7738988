/** Base types of image models and of model families, independent of any single family. */
@NullMarked
package dev.vit4j.model;

import org.jspecify.annotations.NullMarked;
