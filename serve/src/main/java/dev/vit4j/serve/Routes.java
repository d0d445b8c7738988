package dev.vit4j.serve;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The table of paths: which endpoint answers which method and path. */
final class Routes {
  private static final int NOT_FOUND = 404;
  static final int NOT_ALLOWED = 405;

  /**
   * One row.
   *
   * @param path its segments; {@code {name}} is any segment, a last {@code *} is any rest
   * @param open whether it needs no token
   */
  record Route(String method, String path, boolean open, Endpoint endpoint) {
    private List<String> segments() {
      return Routes.segments(path);
    }
  }

  /**
   * A route that was found.
   *
   * @param variables values of the segments in braces, and of {@code *}
   */
  record Found(Route route, Map<String, String> variables) {}

  private final List<Route> routes = new ArrayList<>();

  /** Adds an endpoint that needs a token if the server has tokens. */
  Routes add(String method, String path, Endpoint endpoint) {
    routes.add(new Route(method, path, false, endpoint));
    return this;
  }

  /** Adds an endpoint that never needs a token. */
  Routes addOpen(String method, String path, Endpoint endpoint) {
    routes.add(new Route(method, path, true, endpoint));
    return this;
  }

  /** Returns all rows in the order in which they were added. */
  List<Route> all() {
    return List.copyOf(routes);
  }

  /**
   * Finds the endpoint of a request; HEAD is answered like GET.
   *
   * @throws Problem with status 404 or 405
   */
  Found find(String method, String path) {
    List<String> given = segments(path);
    TreeSet<String> others = new TreeSet<>();
    String asked = method.equals("HEAD") ? "GET" : method;
    for (Route route : routes) {
      Map<String, String> variables = new LinkedHashMap<>();
      if (matches(route.segments(), given, variables)) {
        if (route.method.equals(asked)) {
          return new Found(route, variables);
        }
        others.add(route.method);
      }
    }
    throw others.isEmpty()
        ? new Problem(NOT_FOUND, "no such path")
        : new Problem(NOT_ALLOWED, "use " + String.join(" or ", others));
  }

  /** Returns the methods of a path for the header {@code Allow}. */
  String allowed(String path) {
    List<String> given = segments(path);
    TreeSet<String> methods = new TreeSet<>();
    for (Route route : routes) {
      if (matches(route.segments(), given, new LinkedHashMap<>())) {
        methods.add(route.method);
      }
    }
    return String.join(", ", methods);
  }

  private static boolean matches(
      List<String> pattern, List<String> given, Map<String, String> variables) {
    for (int i = 0; i < pattern.size(); i++) {
      String segment = pattern.get(i);
      if (segment.equals("*")) {
        variables.put(
            "*", String.join("/", given.subList(Math.min(i, given.size()), given.size())));
        return i < given.size();
      }
      if (i >= given.size()) {
        return false;
      }
      if (segment.startsWith("{")) {
        variables.put(segment.substring(1, segment.length() - 1), given.get(i));
      } else if (!segment.equals(given.get(i))) {
        return false;
      }
    }
    return pattern.size() == given.size();
  }

  private static List<String> segments(String path) {
    return List.of(path.substring(Math.min(1, path.length())).split("/", -1));
  }
}
