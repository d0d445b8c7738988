package dev.vit4j.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * A proxy on this machine. It hands every plain request to one server, whatever host was asked for,
 * and remembers the head of each; of what it would carry unread it takes the first bytes and hangs
 * up.
 */
final class ForwardProxy implements AutoCloseable {
  private static final int HELLO = 2;

  private final List<String> heads = Collections.synchronizedList(new ArrayList<>());
  private final List<byte[]> carried = Collections.synchronizedList(new ArrayList<>());
  private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final URI server;
  private String password = "";

  ForwardProxy(URI server) throws IOException {
    this.server = server;
    Thread thread = new Thread(this::accept, "forward-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  /** Lets nobody through without this header. */
  ForwardProxy demand(String proxyAuthorization) {
    this.password = proxyAuthorization;
    return this;
  }

  int port() {
    return door.getLocalPort();
  }

  /** Request line and headers of all requests, lines between line feeds. */
  List<String> heads() {
    return heads;
  }

  /** The first bytes of every connection that it was to carry unread. */
  List<byte[]> carried() {
    return carried;
  }

  private void accept() {
    while (!door.isClosed()) {
      try (Socket client = door.accept()) {
        serve(client);
      } catch (IOException e) {
        // The test has seen what it wanted, or will miss it.
      }
    }
  }

  private void serve(Socket client) throws IOException {
    String head = head(client.getInputStream());
    heads.add(head);
    if (!password.isEmpty() && !head.contains("\nProxy-Authorization: " + password + "\n")) {
      answer(client, "407 Proxy Authentication Required");
    } else if (head.startsWith("CONNECT ")) {
      client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      carried.add(client.getInputStream().readNBytes(HELLO));
    } else {
      forward(client, head);
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("no request");
      }
      head.write(b);
    }
    return head.toString(StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
  }

  private static void answer(Socket client, String status) throws IOException {
    client
        .getOutputStream()
        .write(
            "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                .formatted(status)
                .getBytes(StandardCharsets.US_ASCII));
  }

  /** The same request to the one server, without what was meant for the proxy. */
  private void forward(Socket client, String head) throws IOException {
    String path = URI.create(head.split(" ", 3)[1]).getRawPath();
    StringBuilder request = new StringBuilder(head.split(" ", 2)[0] + " " + path + " HTTP/1.1\r\n");
    for (String line : head.lines().skip(1).filter(line -> !line.isEmpty()).toList()) {
      String name = line.toLowerCase(Locale.ROOT);
      if (!name.startsWith("proxy-") && !name.startsWith("connection:")) {
        request.append(line).append("\r\n");
      }
    }
    request.append("Connection: close\r\n\r\n");
    try (Socket to = new Socket(server.getHost(), server.getPort())) {
      to.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
      to.getInputStream().transferTo(client.getOutputStream());
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
