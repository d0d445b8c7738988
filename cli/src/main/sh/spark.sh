# Part of ../../../../vit, in a clone only: runs the arguments in Spark's local mode. vit spark alone needs Spark's jars, so the
# app is without them.
# shellcheck shell=sh disable=SC2154 # variables of vit and build.sh
spark=$root/.vit/spark

spark_stale() {
  [ ! -f "$spark/built" ] || [ -n "$(cd "$root" && find spark/pom.xml spark/src/main "$stamp" -newer "$spark/built" -print 2>/dev/null)" ]
}

# Spark's jars stay in Maven's repository: the class path is copied, and the module's own jar.
build_spark() {
  find_maven
  echo "vit: building vit4j for Spark (the first time Maven fetches 300 MB) ..." >&2
  mkdir -p "$spark"
  : >"$spark/building"
  (cd "$root" && JAVA_HOME=$jdk "$mvn" -q -B -ntp -Pquick -pl core,opencv,spark -am package -Dmaven.test.skip=true) </dev/null >"$root/.vit/build.log" 2>&1 || {
    cat "$root/.vit/build.log" >&2
    die "the build failed, see above"
  }
  cp "$root/spark/target/vit4j-spark.jar" "$spark/new" && mv "$spark/new" "$spark/vit4j-spark.jar" &&
    cp "$root/spark/target/classpath" "$spark/new" && mv "$spark/new" "$spark/classpath" || die "cannot copy the build to $spark"
  mv "$spark/building" "$spark/built"
}

# What the JVM needs for Spark: appends to flags, and sets jars.
spark_command() {
  jars=$spark/vit4j-spark.jar
  for jar in "$app"/lib/*.jar; do
    case $jar in
      */vit4j-core-* | */vit4j-opencv-* | *-linux-*.jar | *-macosx-*.jar) jars=$jars:$jar ;;
    esac
  done
  jars=$jars:$(cat "$spark/classpath")
  flags="-Xlog:disable -Xlog:all=error:stderr $flags -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow
    --enable-native-access=ALL-UNNAMED -Dio.netty.tryReflectionSetAccessible=true
    -Dlog4j2.configurationFile=dev/vit4j/spark/log4j2.properties"
  # Spark's own list of what it needs of the JDK: org.apache.spark.launcher.JavaModuleOptions
  for each in java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent \
    java.util.concurrent.atomic jdk.internal.ref sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar; do
    flags="$flags --add-opens=java.base/$each=ALL-UNNAMED"
  done
}

# Parsed classes of a small job, which halve the start of Spark. As with share_classes, not having them is no harm.
share_spark_classes() {
  echo "vit: preparing faster starts of Spark (some 20 s) ..." >&2
  rm -rf "$spark"/*.jsa "$spark/first"
  (
    "$java" -Xlog:disable -jar "$app/vit4j-cli.jar" train mnist-sample --epochs 1 -q --output "$spark/first" &&
      spark_command &&
      "$java" "-XX:ArchiveClassesAtExit=$spark/new.jsa" $flags "-Dvit4j.natives=$app/natives" -cp "$jars" dev.vit4j.spark.Main embed \
        --model "$spark/first/classification/mnist-sample1" --input "$root/docs/pictures/seven.png" --output "$spark/first/vectors" &&
      mv "$spark/new.jsa" "$spark/java-$version.jsa"
  ) </dev/null >/dev/null 2>&1 || :
  rm -rf "$spark/first" "$spark/new.jsa"
}

if spark_stale; then
  take_lock
  if spark_stale; then
    build_spark
    share_spark_classes
  fi
  rm -f "$lock"
  trap - EXIT INT TERM HUP
fi
spark_command
# shellcheck disable=SC2086 # a list of words
set -- "-Dvit4j.natives=$app/natives" ${VIT_JAVA_OPTS:-} -cp "$jars" dev.vit4j.spark.Main "$@"
[ -s "$spark/java-$version.jsa" ] && set -- "-XX:SharedArchiveFile=$spark/java-$version.jsa" "$@"
# shellcheck disable=SC2086 # a list of words
exec "$java" $flags "$@"
