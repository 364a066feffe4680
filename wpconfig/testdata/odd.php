Text before the code.
<?php declare(strict_types=1); namespace Foo; use Some\Thing as Other;
#[Attribute(['a'])]
final class Helper { const X = 'define("NOT_ME", 1)'; public function m() { return "}"; } }
define('SINGLE', 'it\'s \n a \\ backslash'); # comment define('NO', 1)
define("DOUBLE", "tab\tquote\" \x41\u{263A} \101 \$x"); // define('NO', 1)
/* define('NO', 1); */
\define( 'CONCAT', 'a' . "b" . PHP_EOL . 1 . true . null . 1.5 );
const ONE = 1, TWO = ONE + 1;
$user = 'root'; $list = ['k' => 'v', 5 => 'five', 'n' => ['m' => 'deep']];
define('INTERP', "u=$user {$list['k']} $list[5] ${user} {$list['n']['m']}");
define('HEREDOC', <<<EOT
    one $user
      two \$
    EOT);
define('NOWDOC', <<<'EOT'
raw $user \n
EOT
);
define('TERNARY', ONE === 1 ? 'yes' : 'no');
define('ELVIS', '' ?: 'fallback');
define('COALESCE', $undefined ?? $list['none'] ?? 'found');
define('NOT', !false && (true and ! 0));
define('MATH', (2 + 3) * 4 - 10 / 4 % 3);
define('BITS', MYSQLI_CLIENT_SSL | 64);
define('CAST', (int) '12abc' . (string) 5 . (bool) 'x');
define('DIR', dirname(__FILE__) . '|' . __DIR__ . '|' . dirname(__DIR__, 2));
define('ARR', array('a', 'b' => 2));
if (defined('SINGLE')): define('ALT', 'if'); elseif (true): define('ALT', 'elseif'); else: define('ALT', 'else'); endif;
if (!defined('SINGLE')) define('CHAIN', 1); else if (TWO == '2') { define('CHAIN', 2); } else define('CHAIN', 3);
switch ($user) { case 'admin': define('SWITCH', 'a'); break; case 'root': define('SWITCH', 'r'); break; default: define('SWITCH', 'd'); }
foreach (['A' => 'x', 'B' => 'y', 'C' => 'z'] as $k => $v) { if ($k === 'C') break; define("LOOP_$k", $v); }
defined('GUARDED') or define('GUARDED', 'or');
defined('GUARDED') || define('GUARDED', 'again');
define('SINGLE', 'second definition is ignored');
$GLOBALS['table_prefix'] = 'x_';
[$p, $q] = ['left', 'right']; list('k' => $r) = $list;
define('LIST_', $p . $q . $r);
$s = 'a'; $s .= 'b'; $s ??= 'c';
define('APPEND', $s);
function twice($x, $sep = '-') { return $x . $sep . $x; }
define('FUNC', twice('t') . twice('u', sep: '+'));
$f = function () use ($user) { return 1; }; $g = fn($x) => $x * 2; $o = new class { public $p; };
define('MATCHED', match(true) { default => 'x' });
define('TRIMMED', trim("  x \n") . strtoupper('abc') . str_replace('a', 'b', 'banana') . substr('abcdef', -3, 2) . implode(',', explode('|', 'a|b')));
try { define('TRY', 1); } catch (\Exception $e) { define('CAUGHT', 1); } finally { define('FINALLY', 1); }
@ini_set('display_errors', '0');
define('NUMBERS', 0x1F + 017 + 0b11 + 1_000);
$_SERVER['HTTPS'] = 'on';
define('SSL', isset($_SERVER['HTTPS']) && $_SERVER['HTTPS'] === 'on');
?>
Text between.
<?php
define('LAST', __LINE__)
?>
