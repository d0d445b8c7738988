package dev.vit4j.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** The session of the application. */
final class LocalSpark {
  private static final String MASTER = "spark.master";

  private LocalSpark() {}

  /**
   * Returns a session with the settings of {@code spark-submit}. Without any it runs in this
   * process, and listens on the loopback interface only.
   *
   * @param master URL of the master; null for that of {@code spark-submit}, else {@code local[*]}
   */
  static SparkSession session(String name, @Nullable String master) {
    SparkConf conf = new SparkConf();
    conf.setIfMissing("spark.app.name", name);
    if (master != null) {
      conf.set(MASTER, master);
    }
    conf.setIfMissing(MASTER, "local[*]");
    if (conf.get(MASTER).startsWith("local")) {
      conf.setIfMissing("spark.driver.host", "localhost");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
      conf.setIfMissing("spark.ui.enabled", "false");
    }
    return SparkSession.builder().config(conf).getOrCreate();
  }
}
