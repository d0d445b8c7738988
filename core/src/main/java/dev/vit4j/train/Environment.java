package dev.vit4j.train;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where a training ran: versions and machine, kept with every run. */
final class Environment {
  private Environment() {}

  static Map<String, Object> now() {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put(
        "started",
        ZonedDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME));
    m.put("pid", ProcessHandle.current().pid());
    m.put("java", System.getProperty("java.runtime.version"));
    m.put("jvm", System.getProperty("java.vm.name"));
    m.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    m.put("arch", System.getProperty("os.arch"));
    m.put("cores", java.lang.Runtime.getRuntime().availableProcessors());
    return m;
  }
}
