#!/usr/bin/env bash
# The comparison of the API with the last release, as it will be from the second release on: the last commit is staged as 0.1.0
# into a scratch repository, with a class to change in an API package and one in a package that is none. Then it is built as
# 0.1.1: unchanged, with changes that must fail the build, and with changes that must not.
# What is not vit4j comes from Maven's local repository of this user, and from Maven Central only if it is not there.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
mine=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
  echo "api: $*" >&2
  exit 1
}

repository() { # KIND ID FOLDER
  printf '<%s><id>%s</id><url>file:%s</url><releases><checksumPolicy>ignore</checksumPolicy></releases></%s>' "$1" "$2" "$3" "$1"
}
cat >"$work/settings.xml" <<XML
<settings><profiles><profile><id>api</id>
<repositories>$(repository repository staging "$work/staging")$(repository repository here "$mine")</repositories>
<pluginRepositories>$(repository pluginRepository here "$mine")</pluginRepositories>
</profile></profiles><activeProfiles><activeProfile>api</activeProfile></activeProfiles></settings>
XML
# Nothing of these versions may get into the user's repository.
maven() { mvn -q -B -ntp -gs "$work/settings.xml" "-Dmaven.repo.local=$work/repository" "$@"; }
release() {
  maven -Pquick,release -Dvit4j.url=https://example.org/vit4j -Dmaven.test.skip=true -Dspotless.check.skip -Dmaven.install.skip \
    -Dmaven.javadoc.skip -Dmaven.source.skip -Dcyclonedx.skip "$@"
}
version() { maven -Pdist org.codehaus.mojo:versions-maven-plugin:2.18.0:set "-DnewVersion=$1" -DgenerateBackupPoms=false; }

# ---- the first release
git clone -q "$root" "$work/clone"
cd "$work/clone"
public=core/src/main/java/dev/vit4j/image/Changed.java
internal=core/src/main/java/dev/vit4j/parallel/Changed.java
# changed PACKAGE METHODS: a class of the API or not
changed() { printf '/** Changes. */\npackage dev.vit4j.%s;\npublic class Changed {\n%s\n}\n' "$1" "$2"; }
stays='  public int stays(int a) { return a; }'
goes='  public int goes(int a) { return a; }'
changed image "$stays $goes" >"$public"
changed parallel "$stays" >"$internal"
version 0.1.0
release -pl '!cli,!bench' deploy "-DaltDeploymentRepository=staging::file:$work/staging" >"$work/log" 2>&1 ||
  fail "0.1.0 is not staged: $(tail -n 20 "$work/log")"
[ -f "$work/staging/dev/vit4j/vit4j-core/0.1.0/vit4j-core-0.1.0.jar" ] || fail "no vit4j-core 0.1.0 in the staging folder"

# ---- the second one
version 0.1.1
# passes NAME OPTION… and fails NAME TEXT OPTION…: with a text in what Maven says
passes() {
  local name=$1
  shift
  release verify "$@" >"$work/log" 2>&1 || fail "$name fails: $(grep -m 5 ERROR "$work/log")"
  echo "api: passes, as it should: $name"
}
fails() {
  local name=$1 text=$2
  shift 2
  if release verify "$@" >"$work/log" 2>&1; then fail "$name does not fail"; fi
  grep -qF -- "$text" "$work/log" || fail "'$text' is not in what Maven says of $name: $(grep -m 5 ERROR "$work/log")"
  echo "api: fails, as it should: $name: $(grep -m 1 -oF -- "$text" "$work/log")"
}
fails "a release without the settings" "from the second release on, the API is compared with the last one" -pl core
fails "a last release that does not exist" "dev.vit4j:vit4j-core:jar:0.0.9" -pl core -Dvit4j.previous=0.0.9 -Djapicmp.skip=false
sed -i 's:<vit4j.previous>.*<:<vit4j.previous>0.1.0<:; s:<japicmp.skip>.*<:<japicmp.skip>false<:' pom.xml
passes "unchanged sources" -pl '!cli,!bench'
for module in core serve spark; do
  [ -f $module/target/japicmp/api.xml ] || fail "$module is not compared"
done

changed image "$stays" >"$public"
fails "a removed method" "dev.vit4j.image.Changed.goes(int):METHOD_REMOVED" -pl core
passes "a removed method on purpose" -pl core -Dvit4j.compatible=false
grep -q 'METHOD_REMOVED' core/target/japicmp/api.xml || fail "target/japicmp does not list the removed method"

changed image "$stays $goes  public int comes(int a) { return a; }" >"$public"
changed parallel "  public long stays(long a) { return a; }" >"$internal"
passes "an added method, and a changed one outside of the API" -pl core
echo "api: all as expected in $SECONDS s"
