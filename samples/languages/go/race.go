// case: race
package main

import (
	"fmt"
	"os"
	"time"
)

var stock int

func sell() { stock-- }

func main() {
	fmt.Println("order 1 accepted")
	fmt.Fprintln(os.Stderr, `@@begin {"exception": "DATA RACE", "chain": []}`)
	go sell()
	go sell()
	time.Sleep(100 * time.Millisecond)
	fmt.Fprintln(os.Stderr, "@@end")
	fmt.Println("order 2 accepted")
}
