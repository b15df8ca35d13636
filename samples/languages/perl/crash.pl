# case: confess
# case: lines
# case: warned
# case: die
# case: speculative
use strict;
use warnings;
use Carp qw(confess cluck);
$| = 1;

sub say_so { print STDERR '@@begin ', shift, "\n" }
sub parse { my $text = shift; confess "no number: $text" if $text !~ /^\d+$/; return $text }
sub load { return parse("x" . shift) }

print "order 1 accepted\n";
my $act = shift @ARGV;
if ($act eq 'confess') {
    say_so('{"exception": "die", "message": "no number: x7", "frames": 4}');
    eval { load(7) };
    print STDERR $@, "\@\@end\n";
    print "order 2 accepted\n";
    say_so('{"exception": "die", "message": "no number: x8", "frames": 3}');
    load(8);
} elsif ($act eq 'lines') {
    say_so('{"exception": "die", "message": "bad order:\n  id: 7\nplease check", "frames": 2}');
    sub fail { confess "bad order:\n  id: 7\nplease check" }
    fail();
} elsif ($act eq 'warned') {
    say_so('{"exception": "die", "message": "stock is low", "frames": 2}');
    sub low { cluck "stock is low" }
    low();
    print STDERR "\@\@end\n";
} elsif ($act eq 'die') {
    say_so('{"no_event": "one line, which a warning writes in the same way"}');
    die "no orders today";
} else {
    say_so('{"no_event": "lines that merely look like it"}');
    print STDERR "\tthe shop (closed) was called at noon line 7\n\@\@end\n";
}
print "order 9 accepted\n";
