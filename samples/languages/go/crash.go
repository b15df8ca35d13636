// case: panic
// case: runtime
// case: nil
// case: custom
// case: lines
// case: recovered
// case: repanic
// case: goroutines GOTRACEBACK=all
// case: system GOTRACEBACK=system
// case: maps
// case: overflow
// case: http
// case: print-stack
// case: log-panic
// case: log-fatal
// case: deferred
// case: speculative
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime/debug"
	"time"
)

type truth struct {
	Exception *string  `json:"exception"`
	Message   string   `json:"message,omitempty"`
	Chain     []string `json:"chain"`
	NoEvent   string   `json:"no_event,omitempty"`
}

func begin(exception, message string, chain ...string) {
	if chain == nil {
		chain = []string{}
	}
	said := truth{Message: message, Chain: chain}
	if exception != "" {
		said.Exception = &exception
	}
	text, _ := json.Marshal(said)
	fmt.Fprintf(os.Stderr, "@@begin %s\n", text)
}

func nothing(why string) {
	text, _ := json.Marshal(truth{NoEvent: why})
	fmt.Fprintf(os.Stderr, "@@begin %s\n", text)
}

func end() { fmt.Fprintln(os.Stderr, "@@end") }

type order struct{ id int }

func (o *order) load(n int) int {
	if n == 0 {
		return o.id
	}
	return o.load(n - 1)
}

func deep(n int) int { return deep(n+1) + 1 }

var shop = map[int]int{}

func main() {
	fmt.Println("order 1 accepted")
	switch os.Args[1] {
	case "panic":
		begin("panic", "shop is closed")
		panic("shop is closed")
	case "runtime":
		begin("panic", "runtime error: index out of range [5] with length 3")
		list := []int{1, 2, 3}
		n := len(os.Args) + 3
		fmt.Println(list[n])
	case "nil":
		begin("panic", "runtime error: invalid memory address or nil pointer dereference")
		var missing *order
		missing.load(2)
	case "custom":
		begin("panic", "main.failure{code:7, why:\"stock\"}")
		panic(fmt.Errorf("%#v", failure{7, "stock"}))
	case "lines":
		begin("panic", "bad order:\n  id: 7\n\nplease check")
		panic("bad order:\n  id: 7\n\nplease check")
	case "recovered":
		begin("panic", "second", "panic")
		defer func() {
			recover()
			panic("second")
		}()
		panic("first")
	case "repanic":
		begin("panic", "wrapped: first", "panic")
		defer func() {
			panic(fmt.Sprintf("wrapped: %v", recover()))
		}()
		panic("first")
	case "deferred":
		begin("panic", "while closing", "panic")
		defer func() { panic("while closing") }()
		panic("first")
	case "goroutines", "system":
		for n := 0; n < 3; n++ {
			go func() { select {} }()
		}
		time.Sleep(20 * time.Millisecond)
		begin("panic", "stock: negative")
		panic(errors.New("stock: negative"))
	case "maps":
		begin("fatal error", "")
		for n := 0; n < 4; n++ {
			go func() {
				for {
					shop[1]++
				}
			}()
		}
		time.Sleep(5 * time.Second)
	case "overflow":
		begin("fatal error", "stack overflow")
		deep(0)
	case "http":
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var missing *order
			missing.load(0)
		}))
		for n := 0; n < 2; n++ {
			begin("panic", "runtime error: invalid memory address or nil pointer dereference")
			http.Get(server.URL)
			time.Sleep(50 * time.Millisecond)
			end()
		}
		log.SetPrefix("INFO ")
		log.Println("order 2 accepted")
	case "print-stack":
		begin("", "")
		debug.PrintStack()
		end()
	case "log-panic":
		log.Println("order 2 accepted")
		// the log's own line stands before the panic
		fmt.Fprintln(os.Stderr, `@@begin {"exception": "panic", "message": "no such order: 7", "chain": [], "before": 1}`)
		log.Panicf("no such order: %d", 7)
	case "log-fatal":
		nothing("log.Fatal says no level")
		log.Fatalf("cannot open %s", "orders.db")
	case "speculative":
		nothing("lines that merely name panics")
		fmt.Println("panic: press the red button")
		fmt.Println("goroutine 7 is a nice name")
		fmt.Println("fatal error: is what gcc writes")
		end()
	}
	fmt.Println("order 3 accepted")
}

type failure struct {
	code int
	why  string
}
