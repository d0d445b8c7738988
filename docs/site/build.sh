#!/usr/bin/env bash
# Builds the documentation as a site in target/site, which can be read without a network:
#   docs/site/build.sh
# It makes a Python environment with Sphinx on first use. Broken links and anchors are errors.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

environment=target/site-environment
if ! cmp -s docs/site/requirements.txt "$environment/requirements.txt"; then
  rm -rf "$environment"
  python3 -m venv "$environment"
  "$environment/bin/pip" install -q -r docs/site/requirements.txt
  cp docs/site/requirements.txt "$environment/"
fi
rm -rf target/site
"$environment/bin/sphinx-build" -q -W --keep-going -b html -c docs/site . target/site
cat > target/site/index.html <<'HTML'
<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=docs/README.html"><title>vit4j</title>
HTML
if grep -rlE '<(script|img|link)[^>]*(src|href)="https?://' target/site --include='*.html' | grep -q .; then
  echo "docs/site/build.sh: a page loads something from the network" >&2
  exit 1
fi
echo "Site: target/site/index.html"
