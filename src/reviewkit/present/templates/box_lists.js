(function () {
  'use strict';
  var PAGE = 100;
  function make(tag, text, kind) {
    var node = document.createElement(tag);
    if (text) { node.textContent = text; }
    if (kind) { node.className = kind; }
    return node;
  }
  function plain(number) { return String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ','); }
  function start(root) {
    var data = JSON.parse(root.querySelector('.box-data').textContent);
    var panel = root.querySelector('.panel'), bar = root.querySelector('.boxes');
    var buttons = {}, shapes = {}, opener = null;
    function mark(box) {
      Object.keys(buttons).forEach(function (key) {
        buttons[key].setAttribute('aria-pressed', String(key === box));
        shapes[key].forEach(function (shape) { shape.classList.toggle('open', key === box); });
      });
    }
    function close() {
      panel.hidden = true;
      panel.textContent = '';
      mark('');
      if (opener) { opener.focus(); }
    }
    function cells(row) { return data.records[row[0]].concat(row.slice(1)); }
    function list(part, words) {
      return part.rows.filter(function (row) {
        return cells(row).join(' ').toLowerCase().indexOf(words) >= 0;
      });
    }
    function table(part, rows, limit) {
      var scroll = make('div', '', 'scroll'), sheet = make('table');
      scroll.tabIndex = 0;
      sheet.appendChild(make('caption', part.label + ': '
        + (rows.length === part.rows.length ? plain(part.n)
          : plain(rows.length) + ' of ' + plain(part.rows.length) + ' rows')));
      var used = data.heads.map(function (name, place) {
        return part.rows.some(function (row) { return cells(row)[place]; });
      });
      var head = make('tr'), group = make('thead'), body = make('tbody');
      data.heads.forEach(function (name, place) {
        if (!used[place]) { return; }
        var cell = make('th', name);
        cell.scope = 'col';
        head.appendChild(cell);
      });
      group.appendChild(head);
      sheet.appendChild(group);
      rows.slice(0, limit).forEach(function (row) {
        var line = make('tr');
        cells(row).forEach(function (text, place) {
          if (!used[place]) { return; }
          var cell = make(place ? 'td' : 'th', text);
          cell.dir = 'auto';
          if (!place) { cell.scope = 'row'; }
          line.appendChild(cell);
        });
        body.appendChild(line);
      });
      sheet.appendChild(body);
      scroll.appendChild(sheet);
      return scroll;
    }
    function show(key, from) {
      var box = data.boxes[key], place = 0, limit = PAGE;
      opener = from;
      mark(key);
      panel.textContent = '';
      panel.hidden = false;
      var title = make('h3', box.label), parts = make('p'), rest = make('div');
      var search = make('input');
      title.tabIndex = -1;
      search.type = 'search';
      search.setAttribute('aria-label', 'Search the records of this box');
      search.placeholder = 'Search';
      function fill() {
        var part = box.parts[place], rows = list(part, search.value.trim().toLowerCase());
        rest.textContent = '';
        rest.appendChild(table(part, rows, limit));
        if (rows.length > limit) {
          var more = make('button', 'Show ' + plain(Math.min(PAGE, rows.length - limit)) + ' more of '
            + plain(rows.length));
          more.addEventListener('click', function () { limit += PAGE; fill(); });
          rest.appendChild(more);
        }
        Array.prototype.forEach.call(parts.children, function (button, number) {
          button.setAttribute('aria-pressed', String(number === place));
        });
      }
      if (box.parts.length > 1) {
        box.parts.forEach(function (part, number) {
          var button = make('button', part.label + ' (n = ' + plain(part.n) + ')');
          button.addEventListener('click', function () { place = number; limit = PAGE; fill(); });
          parts.appendChild(button);
          parts.appendChild(document.createTextNode(' '));
        });
      }
      var shut = make('button', 'Close');
      shut.addEventListener('click', close);
      search.addEventListener('input', function () { limit = PAGE; fill(); });
      [title, parts, search, rest, shut].forEach(function (node) { panel.appendChild(node); });
      fill();
      title.focus();
      panel.scrollIntoView({ block: 'nearest' });
    }
    Object.keys(data.boxes).forEach(function (key) {
      var box = data.boxes[key];
      var button = make('button', box.label + ' (n = ' + plain(box.parts[0].n) + ')');
      button.setAttribute('aria-pressed', 'false');
      button.addEventListener('click', function () { show(key, button); });
      bar.appendChild(button);
      buttons[key] = button;
      shapes[key] = Array.prototype.slice.call(document.querySelectorAll(
        'svg g[id$="-' + root.dataset.picture + '-' + key + '"]'));
      shapes[key].forEach(function (shape) {
        shape.classList.add('opens');
        shape.setAttribute('tabindex', '0');
        shape.setAttribute('role', 'button');
        shape.setAttribute('aria-label', box.label + ': show the records');
        shape.ownerSVGElement.setAttribute('role', 'group');
        shape.addEventListener('click', function () { show(key, shape); });
        shape.addEventListener('keydown', function (event) {
          if (event.key === 'Enter' || event.key === ' ') {
            event.preventDefault();
            show(key, shape);
          }
        });
      });
    });
    panel.addEventListener('keydown', function (event) {
      if (event.key === 'Escape') { close(); }
    });
    root.hidden = false;
  }
  Array.prototype.forEach.call(document.querySelectorAll('.box-lists'), start);
})();
