document.body.append("Cameo");
