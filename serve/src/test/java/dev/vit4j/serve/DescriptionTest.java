package dev.vit4j.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The served description says what the table of paths says. */
class DescriptionTest {
  @TempDir Path dir;

  @Test
  void describesEveryPathOfTheServer() throws IOException {
    Path model = SmallModels.vit(dir.resolve("vit"));
    try (VitServer server =
        VitServer.open(ServeOptions.of(Map.of("vit", model)).listeningOn("127.0.0.1", 0))) {
      SwaggerParseResult parsed =
          new OpenAPIV3Parser().readContents(new Client(server).get("/openapi.json").text());
      assertThat(parsed.getMessages()).isEmpty();
      OpenAPI description = parsed.getOpenAPI();
      TreeSet<String> described = new TreeSet<>();
      description
          .getPaths()
          .forEach(
              (path, item) ->
                  item.readOperationsMap()
                      .forEach((method, operation) -> described.add(row(method, path))));
      TreeSet<String> routed = new TreeSet<>();
      for (Routes.Route route : server.routes().all()) {
        routed.add(route.method() + " " + route.path().replace("*", "{file}"));
      }
      routed.add("POST /v1/search"); // only with a feature file
      assertThat(described).isEqualTo(routed);
    }
  }

  private static String row(PathItem.HttpMethod method, String path) {
    return method.name().toUpperCase(Locale.ROOT) + " " + path;
  }
}
