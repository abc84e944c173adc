use POSIX ();
POSIX::setsid() > 0 or die "setsid: $!\n";
$SIG{$_} = 'DEFAULT' for grep { !/^(KILL|STOP|__)/ } keys %SIG;
POSIX::sigprocmask(POSIX::SIG_SETMASK(), POSIX::SigSet->new) or die "sigprocmask: $!\n";
exec { $ARGV[0] } @ARGV or die "exec $ARGV[0]: $!\n";
