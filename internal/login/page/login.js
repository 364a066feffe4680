(function () {
	'use strict';
	var body = document.body;
	body.classList.remove('no-js');
	body.classList.add('js');
	Array.prototype.forEach.call(document.querySelectorAll('.wp-hide-pw'), function (button) {
		var field = document.getElementById(button.getAttribute('aria-controls'));
		button.addEventListener('click', function () {
			var show = field.type === 'password';
			field.type = show ? 'text' : 'password';
			button.setAttribute('aria-label', show ? 'Hide password' : 'Show password');
			button.firstElementChild.textContent = show ? 'Hide' : 'Show';
			field.focus();
		});
	});
	var focus = body.dataset.focus && document.getElementById(body.dataset.focus);
	if (focus) { focus.focus(); }
	if (body.dataset.loggedout) {
		try {
			Object.keys(sessionStorage).forEach(function (key) {
				if (key.indexOf('wp-autosave-') !== -1) { sessionStorage.removeItem(key); }
			});
		} catch (e) { /* storage is switched off */ }
	}
})();
