// case: panic
// case: backtrace RUST_BACKTRACE=1
// case: full RUST_BACKTRACE=full
// case: lines
// case: unwrap
// case: index
// case: thread
// case: result
// case: caught
// case: speculative
// case: overflow
use std::panic;

fn say(what: &str) {
    eprintln!("@@begin {}", what);
}

#[derive(Debug)]
struct ShopError {
    #[allow(dead_code)]
    order: u32,
}

fn load(n: u32) -> u32 {
    if n > 3 {
        panic!("cannot load order {}", n);
    }
    n
}

fn deep(n: u64) -> u64 {
    if n == u64::MAX { 0 } else { 1 + deep(std::hint::black_box(n + 1)) }
}

fn main() -> Result<(), ShopError> {
    let act = std::env::args().nth(1).unwrap();
    println!("order 1 accepted");
    match act.as_str() {
        "panic" | "backtrace" | "full" => {
            say(r#"{"exception": "panic", "message": "cannot load order 7"}"#);
            load(7);
        }
        "lines" => {
            say(r#"{"exception": "panic", "message": "bad order:\n  id: 7\nplease check"}"#);
            panic!("bad order:\n  id: 7\nplease check");
        }
        "unwrap" => {
            say(r#"{"exception": "panic"}"#);
            let found: Result<u32, ShopError> = Err(ShopError { order: 7 });
            found.unwrap();
        }
        "index" => {
            say(r#"{"exception": "panic", "message": "index out of bounds: the len is 3 but the index is 7"}"#);
            let list = vec![1, 2, 3];
            println!("{}", list[std::hint::black_box(7)]);
        }
        "thread" => {
            say(r#"{"exception": "panic", "message": "cannot load order 8"}"#);
            let _ = std::thread::Builder::new().name("worker-1".into()).spawn(|| load(8)).unwrap().join();
            eprintln!("@@end");
        }
        "result" => {
            say(r#"{"no_event": "an error that main returns is one line of its own"}"#);
            return Err(ShopError { order: 9 });
        }
        "caught" => {
            for n in 4..7 {
                say(&format!(r#"{{"exception": "panic", "message": "cannot load order {}"}}"#, n));
                let _ = panic::catch_unwind(|| load(n));
                eprintln!("@@end");
                println!("order {} accepted", n);
            }
        }
        "speculative" => {
            say(r#"{"no_event": "lines that merely name panics"}"#);
            eprintln!("nobody panicked at the sight");
            eprintln!("stack backtrace:");
            eprintln!("@@end");
        }
        "overflow" => {
            say(r#"{"exception": "stack overflow"}"#);
            println!("{}", deep(0));
        }
        _ => unreachable!(),
    }
    println!("order 9 accepted");
    Ok(())
}
