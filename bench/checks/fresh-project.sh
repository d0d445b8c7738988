#!/usr/bin/env bash
# The published artifacts as a user gets them: stages them into a scratch folder, then makes a Maven project, a JBang script and a
# jshell script from the blocks of docs/library.md, with an empty local repository. Each must find the class that ./vit predict
# finds. Without natives the error must name the dependency to add.
# What is not vit4j comes from Maven's local repository of this user, and from Maven Central only if it is not there;
# FROM_CENTRAL=1 fetches everything (500 MB). Then Gradle's code resolves the page's block too, and the dependencies for CUDA are
# looked up, but not fetched.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
jbang=0.132.1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "fresh-project: $*" >&2
  exit 1
}

case $(uname -s)-$(uname -m) in
  Linux-x86_64) platform=linux-x86_64 ;;
  Darwin-arm64) platform=macosx-arm64 ;;
  Darwin-x86_64) platform=macosx-x86_64 ;;
  *) fail "no natives for $(uname -s) on $(uname -m)" ;;
esac
mine=${MAVEN_REPOSITORY:-$HOME/.m2/repository} # the user's, where the build has put what it needs
image=$root/docs/pictures/seven.png

# block LANGUAGE TEXT: the page's code block of that language with that text
block() {
  awk -v open="\`\`\`$1" -v text="$2" '
    !/^```/ { code = code $0 "\n"; next }
    inside { if (wanted && index(code, text)) printf "%s", code; inside = 0; next }
    { inside = 1; wanted = $0 == open; code = "" }' "$root/docs/library.md" | sed -E "s/(<version>|:vit4j-[a-z0-9_-]+:)[0-9][0-9.]*/\1$version/; s/linux-x86_64/$platform/"
}

# ---- a small model, and what the command line says
"$root/vit" train mnist-sample --epochs 1 --output "$work/runs" >"$work/log" 2>&1 || fail "no model: $(cat "$work/log")"
model=$work/runs/classification/mnist-sample1
expected=$("$root/vit" predict -q -k 1 --json "$model" "$image" 2>/dev/null | sed -n 's/.*"label":"\([^"]*\)".*/\1/p')
[ -n "$expected" ] || fail "./vit predict names no class"

# ---- the artifacts
cd "$root"
mvn -q -B -ntp -Pquick,release -pl '!cli,!bench' -Dvit4j.url=https://example.org/vit4j -Dmaven.test.skip=true -Dspotless.check.skip -Dmaven.install.skip \
  -Dmaven.javadoc.skip -Dmaven.source.skip -Dcyclonedx.skip deploy "-DaltDeploymentRepository=staging::file:$work/staging" >"$work/log" 2>&1 ||
  fail "staging failed: $(tail -n 20 "$work/log")"
version=$(sed -n 's:.*<artifactId>vit4j</artifactId> *::;/<version>/{s:.*<version>\(.*\)</version>.*:\1:p;q;}' pom.xml)
[ -d "$work/staging/dev/vit4j/vit4j-core/$version" ] || fail "no vit4j-core $version in the staging folder"
for other in vit4j vit4j-cli vit4j-bench vit4j-natives vit4j-natives-jar; do
  [ ! -e "$work/staging/dev/vit4j/$other" ] || fail "$other is staged"
done
! grep -rlE '\$\{|<parent>|<profile>' "$work/staging" --include='*.pom' || fail "these poms are not flat"

# ---- Maven, with an empty repository
repository() {
  printf '<%s><id>%s</id><url>file:%s</url><releases><checksumPolicy>ignore</checksumPolicy></releases><snapshots><enabled>true</enabled></snapshots></%s>' "$1" "$2" "$3" "$1"
}
here=
[ -n "${FROM_CENTRAL:-}" ] || here=yes
cat >"$work/settings.xml" <<XML
<settings><profiles><profile><id>fresh</id>
<repositories>$(repository repository staging "$work/staging")${here:+$(repository repository here "$mine")}</repositories>
<pluginRepositories>${here:+$(repository pluginRepository here "$mine")}</pluginRepositories>
</profile></profiles><activeProfiles><activeProfile>fresh</activeProfile></activeProfiles></settings>
XML
# project FOLDER: a project with the blocks of the page
project() {
  mkdir -p "$1/src/main/java"
  block java "class Classify" >"$1/src/main/java/Classify.java"
  cat >"$1/pom.xml" <<XML
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example</groupId>
  <artifactId>fresh</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
$(block xml vit4j-bom)
  <build><plugins>
    <plugin><artifactId>maven-resources-plugin</artifactId><version>3.4.0</version></plugin>
    <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.14.1</version></plugin>
    <plugin><artifactId>maven-dependency-plugin</artifactId><version>3.9.0</version></plugin>
  </plugins></build>
</project>
XML
}
# build FOLDER: compiles it and writes cp.txt
build() {
  (cd "$1" && mvn -q -B -ntp -gs "$work/settings.xml" "-Dmaven.repo.local=$work/repository" compile dependency:build-classpath -Dmdep.outputFile=cp.txt) \
    >"$work/log" 2>&1 || fail "the project does not build: $(tail -n 20 "$work/log")"
}
# same NAME OUTPUT: the first word is the expected class
same() {
  [ "${2%% *}" = "$expected" ] || fail "$1 says '$2', ./vit predict says '$expected'; $(tail -n 20 "$work/log")"
  echo "$1: $2"
}

project "$work/project"
build "$work/project"
classpath=$work/project/target/classes:$(cat "$work/project/cp.txt")
case $classpath in *"$work/repository/dev/vit4j/vit4j-core/$version"*) ;; *) fail "the project does not use the staged artifacts" ;; esac
same Maven "$(java -cp "$classpath" Classify "$model" "$image" 2>"$work/log")"
echo "local repository: $(du -sm "$work/repository" | cut -f1) MB, class path: $(tr ':' '\n' <"$work/project/cp.txt" | xargs du -cm | tail -n 1 | cut -f1) MB"

# ---- the same without natives
project "$work/bare"
sed -e '/<dependency>/{' -e ':a' -e 'N' -e '/<\/dependency>/!ba' -e '/natives/d' -e '}' "$work/project/pom.xml" >"$work/bare/pom.xml"
build "$work/bare"
if out=$(java -cp "$work/bare/target/classes:$(cat "$work/bare/cp.txt")" Classify "$model" "$image" 2>&1); then fail "without natives it says: $out"; fi
line="libtorch's native libraries for $platform are not on the class path: add the dependency dev.vit4j:vit4j-natives-$platform"
[ "$(head -n 1 <<<"$out")" = "Exception in thread \"main\" java.lang.IllegalStateException: $line" ] || fail "without natives it says: $out"
echo "without natives: $line"

# ---- jshell
block "" "Classifier.open" | sed "s:MODEL:$model:; s:IMAGE:$image:" >"$work/classify.jsh"
echo /exit >>"$work/classify.jsh"
same jshell "$(jshell -s --class-path "$(cat "$work/project/cp.txt")" "$work/classify.jsh" 2>"$work/log" </dev/null)"

# ---- JBang
mvn -q -B -ntp org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy "-Dartifact=dev.jbang:jbang-cli:$jbang:jar:all" "-DoutputDirectory=$work/jbang" >"$work/log" 2>&1 ||
  fail "no JBang: $(tail -n 5 "$work/log")"
mkdir "$work/script"
{ block "" "//DEPS"; cat "$work/project/src/main/java/Classify.java"; } >"$work/script/Classify.java"
repositories=staging=file:$work/staging,${here:+here=file:$mine,}mavencentral
# JBang compiles and answers with the command that its launcher runs.
command=$(JBANG_DIR=$work/jbang/home JBANG_REPO=$work/jbang/repository java -jar "$work/jbang/jbang-cli-$jbang-all.jar" run --repos "$repositories" "$work/script/Classify.java" "$model" "$image" 2>"$work/log") || true
[[ $command == *java* ]] || fail "JBang: $(cat "$work/log")"
same JBang "$(eval "$command" 2>"$work/log")"
[ -n "$here" ] || {
  # ---- Gradle
  gradle=8.11.1
  mkdir -p "$work/gradle" "$work/gradle-code"
  cat >"$work/gradle-code/pom.xml" <<XML
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example</groupId>
  <artifactId>gradle-code</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>dev.gradleplugins</groupId><artifactId>gradle-api</artifactId><version>$gradle</version></dependency>
  </dependencies>
</project>
XML
  (cd "$work/gradle-code" && mvn -q -B -ntp org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile=cp.txt) \
    >"$work/log" 2>&1 || fail "no Gradle: $(tail -n 5 "$work/log")"
  {
    echo "repositories { maven { url = uri('$work/staging') }; mavenCentral() }"
    block kotlin "platform("
  } >"$work/gradle/build.gradle"
  classpath=$(java --add-opens java.base/java.lang=ALL-UNNAMED -cp "$(cat "$work/gradle-code/cp.txt")" bench/checks/GradleResolve.java "$work/gradle" 2>"$work/log") ||
    fail "Gradle does not resolve the block: $(tail -n 20 "$work/log")"
  jars() { tr ':' '\n' | sed 's:.*/::; s/-[0-9]\{8\}\.[0-9]\{6\}-[0-9]*\.jar/-SNAPSHOT.jar/' | sort; }
  diff <(jars <"$work/project/cp.txt") <(jars <<<"$classpath") || fail "Gradle resolves another class path than Maven"
  same Gradle "$(java -cp "$work/project/target/classes:$classpath" Classify "$model" "$image" 2>"$work/log")"

  # ---- CUDA: the artifacts exist
  for each in linux-x86_64 windows-x86_64; do
    project "$work/cuda"
    needed=
    for artifact in pytorch:$each-gpu openblas:$each javacpp:$each; do
      needed+="<dependency><groupId>org.bytedeco</groupId><artifactId>${artifact%:*}</artifactId><classifier>${artifact#*:}</classifier></dependency>"
    done
    sed -e '/<dependency>/{' -e ':a' -e 'N' -e '/<\/dependency>/!ba' -e "s:.*vit4j-natives.*:$needed:" -e '}' "$work/project/pom.xml" >"$work/cuda/pom.xml"
    (cd "$work/cuda" && mvn -q -B -ntp -gs "$work/settings.xml" "-Dmaven.repo.local=$work/repository" dependency:collect -DoutputFile=list) >"$work/log" 2>&1 ||
      fail "no dependencies for CUDA: $(tail -n 20 "$work/log")"
    for artifact in pytorch:$each-gpu openblas:$each javacpp:$each; do
      found=$(sed -nE "s/.*org.bytedeco:${artifact%:*}:jar:${artifact#*:}:([^:]*):.*/\1/p" "$work/cuda/list")
      [ -n "$found" ] || fail "$artifact is not among the dependencies: $(cat "$work/cuda/list")"
      url=https://repo.maven.apache.org/maven2/org/bytedeco/${artifact%:*}/$found/${artifact%:*}-$found-${artifact#*:}.jar
      curl -sfIL -o "$work/log" "$url" || fail "there is no $url"
      echo "CUDA: $(basename "$url")"
    done
  done
}
echo "fresh-project: all as expected in $SECONDS s"
