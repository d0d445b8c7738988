# Part of ../../../../vit, in a clone only: builds when something is newer than the last build.
# shellcheck shell=sh disable=SC2154 # variables of vit
stamp=$app/built
lock=$root/.vit/lock

stale() {
  [ ! -f "$stamp" ] || [ -n "$(cd "$root" && find pom.xml core/pom.xml opencv/pom.xml serve/pom.xml cli/pom.xml core/src/main opencv/src/main serve/src/main cli/src/main -newer "$stamp" -print 2>/dev/null)" ]
}

# One builder at a time. The lock is a link to the builder's process id; the lock of a dead one is broken,
# by one process only, and only if it is still that one's.
take_lock() {
  mkdir -p "$root/.vit" 2>/dev/null || die "cannot write to $root: the first run builds there; make it writable"
  told=
  until ln -s $$ "$lock" 2>/dev/null; do
    owner=$(readlink "$lock") || continue
    if kill -0 "$owner" 2>/dev/null; then
      [ -n "$told" ] || echo "vit: another vit (process $owner) is building, waiting ..." >&2
      told=yes
      sleep 1
    elif mkdir "$lock.break" 2>/dev/null; then
      [ "$(readlink "$lock")" = "$owner" ] && rm -f "$lock"
      rmdir "$lock.break"
    else
      sleep 1
    fi
  done
  trap 'rm -f "$lock"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
}

find_maven() {
  [ -x "$jdk/bin/javac" ] || die "$jdk is a Java runtime without compiler: install a JDK 17 or newer (https://adoptium.net), or set JAVA_HOME"
  mvn=$(command -v mvn) && maven=$(JAVA_HOME=$jdk "$mvn" -v 2>/dev/null | sed -n 's/.*Apache Maven \([0-9][0-9.]*\).*/\1/p') || maven=none
  case $maven in
    none | "" | [0-2].* | 3.[0-5].* | 3.6.[0-2]) ;;
    *) return ;;
  esac
  if [ -x "$root/mvnw" ]; then # downloads one
    mvn=$root/mvnw
    return
  fi
  [ "$maven" != none ] || die "Maven is not on the PATH: install Maven 3.6.3 or newer (https://maven.apache.org/install.html)"
  die "Maven ${maven:-of unknown version} ($mvn) is too old: install Maven 3.6.3 or newer (https://maven.apache.org/install.html)"
}

build() {
  find_maven
  if [ -f "$stamp" ]; then
    echo "vit: sources changed, building vit4j ..." >&2
  else
    echo "vit: building vit4j (first use, about a minute) ..." >&2
  fi
  mkdir -p "$app/lib"
  : >"$app/building" # its time, from before the build, catches what is edited meanwhile
  # maven.test.skip: running the app needs no tests, not even compiled ones
  (cd "$root" && JAVA_HOME=$jdk "$mvn" -q -B -ntp -Pquick -pl core,opencv,serve,cli -am package -Dmaven.test.skip=true) </dev/null >"$root/.vit/build.log" 2>&1 || {
    cat "$root/.vit/build.log" >&2
    die "the build failed, see above"
  }
  install_app || die "cannot copy the built app to $app"
  mv "$app/building" "$stamp"
}

# Own jars are replaced by renaming, so a running process keeps the ones that it has open;
# the others never change under their name.
install_app() {
  for jar in "$root"/cli/target/lib/*.jar; do
    name=$(basename "$jar")
    case $name in
      vit4j-*) cp "$jar" "$app/new.jar" && mv "$app/new.jar" "$app/lib/$name" || return 1 ;;
      *) [ -f "$app/lib/$name" ] || ln "$jar" "$app/lib/$name" 2>/dev/null || { cp "$jar" "$app/new.jar" && mv "$app/new.jar" "$app/lib/$name"; } || return 1 ;;
    esac
  done
  cp "$root/cli/target/vit4j-cli.jar" "$app/new.jar" && mv "$app/new.jar" "$app/vit4j-cli.jar" || return 1
  rm -f "$app"/*.jsa "$app"/natives*
  share_classes
}

if stale; then
  take_lock
  if stale; then build; fi
  rm -f "$lock"
  trap - EXIT INT TERM HUP
fi

