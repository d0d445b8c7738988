# shellcheck shell=bash disable=SC2154
# The class that the page asks the reader to save
awk '/^```/ { on = ($0 == "```java"); next } on' docs/quick-start.md >Predict.java
