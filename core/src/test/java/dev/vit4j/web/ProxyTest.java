package dev.vit4j.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyTest {
  private static final byte[] BODY = "hello".getBytes(StandardCharsets.US_ASCII);
  private static final String USER = "Basic dTphOmI="; // u:a:b

  private BadServer server;
  private ForwardProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = new BadServer().at("/here", e -> BadServer.send(e, 200, BODY));
    proxy = new ForwardProxy(server.address("/"));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    proxy.close();
  }

  /** Variables and their values in turn. */
  private static Map<String, String> variables(String... pairs) {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put(pairs[i], pairs[i + 1]);
    }
    return environment;
  }

  private byte[] read(String address, String... variables) throws IOException {
    Web web =
        new Web(Duration.ofSeconds(20), Duration.ofMillis(1), new Proxies(variables(variables)));
    return web.read(
        new Address(URI.create(address), "secret"), BODY.length, (from, bytes, total) -> {});
  }

  private String at(String user) {
    return "http://" + user + "127.0.0.1:" + proxy.port();
  }

  private static String chosen(String address, String... variables) {
    return String.valueOf(new Proxies(variables(variables)).of(URI.create(address)));
  }

  @Test
  void aPlainRequestGoesToTheProxyWithTheWholeAddress() throws IOException {
    assertThat(read("http://hub.example:8080/here", "http_proxy", at(""))).isEqualTo(BODY);
    assertThat(proxy.heads())
        .singleElement()
        .asString()
        .startsWith("GET http://hub.example:8080/here HTTP/1.1\n")
        .contains("\nAuthorization: Bearer secret\n")
        .doesNotContain("Proxy-Authorization");
    assertThat(server.asked()).containsExactly("GET /here range=null token=Bearer secret");
  }

  @Test
  void userAndPasswordAreForTheProxyAlone() throws IOException {
    proxy.demand(USER);
    assertThat(read("http://hub.example/here", "HTTP_PROXY", at("u:a%3Ab@"))).isEqualTo(BODY);
    assertThat(proxy.heads()).singleElement().asString().contains("\nProxy-Authorization: " + USER);
    assertThat(
            read(
                server.address("/here").toString(),
                "ALL_PROXY",
                at("u:a%3Ab@"),
                "NO_PROXY",
                "127.0.0.1"))
        .isEqualTo(BODY);
    assertThat(proxy.heads()).hasSize(1);
  }

  @Test
  void httpsIsCarriedUnread() {
    assertThatThrownBy(() -> read("https://hub.example/here", "https_proxy", at("")))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith(
            ", through the proxy http://127.0.0.1:%d of https_proxy".formatted(proxy.port()));
    assertThat(proxy.heads())
        .first()
        .asString()
        .startsWith("CONNECT hub.example:443 HTTP/1.1\n")
        .doesNotContain("secret");
    assertThat(proxy.carried()).first().isEqualTo(new byte[] {22, 3}); // TLS begins
  }

  @Test
  void aProxyThatRefusesIsNamed() {
    proxy.demand(USER);
    String name = "the proxy http://127.0.0.1:%d of ".formatted(proxy.port());
    assertThatThrownBy(() -> read("http://hub.example/here", "http_proxy", at("")))
        .isInstanceOf(WebException.class)
        .hasMessage(
            name + "http_proxy requires authentication: put USER:PASSWORD@ before its host");
    assertThatThrownBy(() -> read("http://hub.example/here", "ALL_PROXY", at("u:wrong@")))
        .isInstanceOf(WebException.class)
        .hasMessage(name + "ALL_PROXY rejects the user and password");
  }

  /** The property holds for the whole JVM: only its application may change it. */
  @Test
  void theLibraryLeavesTheJdksPropertyAlone() {
    proxy.demand(USER);
    String before = System.getProperty(Web.TUNNEL_WITHOUT);
    assertThat(before).as("the tests' JVM").isNull();
    assertThatThrownBy(() -> read("https://hub.example/here", "HTTPS_PROXY", at("u:a%3Ab@")))
        .isInstanceOf(WebException.class)
        .hasMessage(
            "the proxy http://127.0.0.1:%d of HTTPS_PROXY received no password: Java sends one for https only with -Djdk.http.auth.tunneling.disabledSchemes="
                .formatted(proxy.port()));
    assertThat(System.getProperty(Web.TUNNEL_WITHOUT)).isNull();
  }

  @Test
  void aProxyThatIsNotThereIsNamed() throws IOException {
    String address = at("u:hidden@");
    proxy.close();
    assertThatThrownBy(() -> read("http://hub.example/here", "http_proxy", address))
        .hasMessageContaining("through the proxy " + at("") + " of http_proxy")
        .hasMessageNotContaining("hidden");
  }

  @Test
  void variablesWinAsInPython() {
    String http = "http://hub.example/";
    String https = "https://hub.example/";
    assertThat(chosen(http, "http_proxy", "a", "HTTP_PROXY", "b", "all_proxy", "c"))
        .isEqualTo("the proxy http://a:80 of http_proxy");
    assertThat(chosen(https, "http_proxy", "a", "HTTPS_PROXY", "http://b:3128/", "all_proxy", "c"))
        .isEqualTo("the proxy http://b:3128 of HTTPS_PROXY");
    assertThat(chosen(https, "http_proxy", "a", "ALL_PROXY", "HTTP://[::1]:99"))
        .isEqualTo("the proxy http://[::1]:99 of ALL_PROXY");
    assertThat(chosen(http, "http_proxy", "", "HTTP_PROXY", "b")).isEqualTo("null");
    assertThat(chosen(http, "http_proxy", "", "HTTP_PROXY", "b", "ALL_PROXY", "c"))
        .isEqualTo("the proxy http://c:80 of ALL_PROXY");
    assertThat(chosen(http, "https_proxy", "b")).isEqualTo("null");
    assertThat(chosen(http, "ALL_PROXY", "c", "no_proxy", "", "NO_PROXY", "hub.example"))
        .isEqualTo("null");
    assertThat(chosen(http, "ALL_PROXY", "c", "no_proxy", "x", "NO_PROXY", "hub.example"))
        .isEqualTo("the proxy http://c:80 of ALL_PROXY");
  }

  @ParameterizedTest
  @CsvSource({
    "http://hub.example/, hub.example, true",
    "http://HUB.example/, Hub.Example, true",
    "http://cdn.hub.example/, hub.example, true",
    "http://cdn.hub.example/, .hub.example, true",
    "http://hub.example/, '.x, .example ', true",
    "http://hub.example/, '*.example', true",
    "http://myhub.example/, hub.example, false",
    "http://hub.example.org/, hub.example, false",
    "http://hub.example:8080/, hub.example:8080, true",
    "http://hub.example:8080/, hub.example, true",
    "http://hub.example/, hub.example:8080, false",
    "https://hub.example/, hub.example:443, true",
    "https://cdn.hub.example/, hub.example:443, true",
    "http://hub.example/, 'x,*', true",
    "http://hub.example/, ', ,', false",
    "http://10.1.2.3/, 10.0.0.0/8, true",
    "http://11.1.2.3/, 10.0.0.0/8, false",
    "http://10.1.2.3/, 0.0.0.0/0, true",
    "http://10.1.2.3/, 2.3, false",
    "http://[::1]:80/, '::1', true",
  })
  void serversWithoutProxy(String address, String entries, boolean covered) {
    assertThat(NoProxy.parse(entries).covers(URI.create(address))).isEqualTo(covered);
  }

  @ParameterizedTest
  @CsvSource({
    "socks5://u:hidden@host:1080, 'socks5://***@host:1080', has the unsupported scheme socks5 (no proxy by https or SOCKS: run a local HTTP proxy in front of it)",
    "https://host, https://host, has the unsupported scheme https (no proxy by https or SOCKS: run a local HTTP proxy in front of it)",
    "http://host:99999, http://host:99999, has a port that is not from 1 to 65535",
    "http://host:0, http://host:0, has a port that is not from 1 to 65535",
    "u:hid/den@host, ***@host, is not a proxy address",
    "u:hid den@a b, ***@a b, is not a proxy address",
    "http://host/path, http://host/path, is not a proxy address",
    "'http://', 'http://', is not a proxy address",
    "//host:80, //host:80, is not a proxy address",
  })
  void badAddresses(String value, String shown, String reason) {
    assertThatThrownBy(() -> read("http://hub.example/here", "http_proxy", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "http_proxy is '%s', which %s: http://HOST:PORT or http://USER:PASSWORD@HOST:PORT is required"
                .formatted(shown, reason));
    assertThat(chosen("https://hub.example/", "http_proxy", value)).isEqualTo("null");
  }

  @Test
  void passwordsAreReadAsPythonReadsThem() {
    assertThat(ProxyAddress.parse("x", "http://u:p@w%@host:1").authorization())
        .isEqualTo("Basic dTpwQHcl"); // u:p@w%
    assertThat(ProxyAddress.parse("x", "u%20v+@host").authorization()).isEqualTo("Basic dSB2Kzo=");
    assertThat(ProxyAddress.parse("x", "http://host").authorization()).isNull();
  }
}
