package dev.vit4j.hub;

import dev.vit4j.web.Checksum;
import java.net.URI;

/**
 * A published file as its server describes it.
 *
 * @param name a plain file name
 * @param from its address
 * @param bytes its size
 * @param checksum of its content
 */
record RemoteFile(String name, URI from, long bytes, Checksum checksum) {}
