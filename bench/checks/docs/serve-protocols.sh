# shellcheck shell=bash disable=SC2154
ln -s "$data/pizza.jpg" rose.jpg
ln -s "$data/sushi.jpg" photo.jpg
ln -s "$tiny" MODEL
# The server that the page speaks of
exec 5>"$work/port.lock" && flock 5
./vit serve --name m=MODEL >server.txt 2>&1 5>&- &
server=$!
answers "$server" server.txt

appended() {
  case $1 in
    curl*) echo "-sS --fail" ;;
    *serve_fuzz*) echo "-n 100" ;;
  esac
}
