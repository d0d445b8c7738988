package dev.vit4j.hub;

import dev.vit4j.web.Checksum;
import java.net.URI;

/**
 * Metadata of a published file.
 *
 * @param name a plain file name
 * @param from URL
 * @param bytes size in bytes
 * @param checksum checksum of the content
 */
record RemoteFile(String name, URI from, long bytes, Checksum checksum) {}
